/** A bug that is planted on purpose: texts of one module are replaced by others as it is loaded. */
export type Mutant = {
  readonly name: string;
  readonly file: string;
  /** Each first text is there exactly once. */
  readonly edits: readonly (readonly [text: string, instead: string])[];
};

const transfers = 'main/transfers';

/** Bugs of the kind that engines like this have. Each must be found within 2,000 seeds. */
const planted: readonly Mutant[] = [
  {
    name: 'a request is not tried again',
    file: `${transfers}/retry.ts`,
    edits: [["if (error.retry !== 'backoff' ||", "if (error.retry === 'backoff' ||"]],
  },
  {
    name: 'the CRCs of parts are not combined',
    file: `${transfers}/upload-parts.ts`,
    edits: [["crc: combineCrc('crc32', all.crc, part.crc, part.sizeBytes),", 'crc: part.crc,']],
  },
  {
    name: 'what came is not compared with the checksum of the object',
    file: `${transfers}/download-check.ts`,
    edits: [
      [
        "return actual === expected ? ok('checksum') : err(mismatch(key, algorithm, expected, actual));",
        "return ok('checksum');",
      ],
    ],
  },
  {
    name: 'a file gets its name before its bytes are on the disk',
    file: `${transfers}/files/commit-many.ts`,
    edits: [
      [
        "const results = await eachInLanes(files, syncsAtOnce, ({ tempPath, attributes }) => sync(tempPath, 'r+', attributes));",
        'const results = files.map((): Result<void> => ok());',
      ],
    ],
  },
  {
    name: 'a downloaded file is as old as its download',
    file: `${transfers}/files/commit-many.ts`,
    edits: [['if (attributes !== null) setAttributes(file, attributes);', '']],
  },
  {
    name: 'what another program said of a big file is not read',
    file: `${transfers}/download-parts.ts`,
    edits: [
      ['attributesOf(head.value.metadata, head.value.lastModified)', 'attributesOf({}, head.value.lastModified)'],
    ],
  },
  {
    name: 'an upload does not say how old the file is',
    file: `${transfers}/upload-source.ts`,
    edits: [[', ...metadataOf(job, fingerprint) }', ' }']],
  },
  {
    name: 'a file gets its name before its last part has come',
    file: `${transfers}/download-parts.ts`,
    edits: [
      [
        'const missing = plan.filter((part) => !have.has(part.partNumber));',
        'const missing = plan.filter((part) => !have.has(part.partNumber)).slice(0, -1);',
      ],
    ],
  },
  {
    name: 'the folder of a new file is not synced',
    file: `${transfers}/files/commit-many.ts`,
    edits: [
      [
        "const synced = await eachInLanes(entries, syncsAtOnce, ([folder]) => sync(folder, 'r'));",
        'const synced: Result<void>[] = [];',
      ],
    ],
  },
  {
    name: 'renewed credentials drop whoever else waits for them',
    file: 'main/credentials/credential-cache.ts',
    edits: [
      [
        'if (entry.loading !== null) return entry.loading.result;',
        'if (entry.loading !== null) return new Promise(() => undefined);',
      ],
    ],
  },
  {
    name: 'an upload that was begun is not noted',
    file: `${transfers}/begin-upload.ts`,
    edits: [
      [
        'journal.rememberUpload(traceOf(connection, { bucket, key, uploadId }, clock.nowMs())),',
        'Promise.resolve(ok()),',
      ],
    ],
  },
  {
    name: 'parts are gone on from without asking the server',
    file: `${transfers}/upload-parts.ts`,
    edits: [
      [
        'return there !== undefined && there.sizeBytes === part.sizeBytes && sameEtag(there.etag, part.etag);',
        'return there === there;',
      ],
    ],
  },
  {
    name: 'the source is not compared after the upload',
    file: `${transfers}/upload-source.ts`,
    edits: [['return sameFingerprint(fingerprint, localFingerprint(after.value))', 'return after.ok']],
  },
  {
    name: 'If-None-Match is left off',
    file: `${transfers}/target-conflict.ts`,
    edits: [["? {} : { ifNoneMatch: '*' };", '? {} : {};']],
  },
  {
    name: 'If-Match is left off ranged downloads',
    file: `${transfers}/download-parts.ts`,
    edits: [['ifMatch: head.value.etag,', 'ifMatch: null,']],
  },
  {
    name: 'an upload is journaled after its parts have begun',
    file: `${transfers}/begin-upload.ts`,
    edits: [
      [
        'journal.updateFile(file.id, { uploadId, keepsChecksum, partBytes }),\n  ]);',
        'Promise.resolve(ok()),\n  ]);\n  void journal.updateFile(file.id, { uploadId, keepsChecksum, partBytes });',
      ],
    ],
  },
  {
    name: 'a write in one request is not noted before it is sent',
    file: `${transfers}/find-written.ts`,
    edits: [['return replace || file.writeBegun ? ok() :', 'return replace || !file.writeBegun ? ok() :']],
  },
  {
    name: 'a temporary file is made before it is journaled',
    file: `${transfers}/download-file.ts`,
    edits: [
      [
        'const saved = await job.ports.journal.updateFile(file.id, { tempPath });',
        'const saved = ok();\n  void job.ports.journal.updateFile(file.id, { tempPath });',
      ],
    ],
  },
  {
    name: 'a move deletes a file without looking at it',
    file: `${transfers}/finish-file.ts`,
    edits: [['return sameFingerprint(fingerprint, localFingerprint(info.value))', 'return info.ok']],
  },
  {
    name: 'a move does not look whether its copy is still there',
    file: `${transfers}/finish-file.ts`,
    edits: [['if (isThere.value) return finishFile', 'if (isThere.ok) return finishFile']],
  },
  {
    name: 'another upload is aborted than the one that was begun',
    file: `${transfers}/clean-job.ts`,
    edits: [['abortMultipart(bucket, key, uploadId, signal)', 'abortMultipart(bucket, key, `${uploadId}0`, signal)']],
  },
  {
    name: 'memory is not given back to the gate',
    file: `${transfers}/request-gate.ts`,
    edits: [['memoryBytes -= request.memoryBytes;', '']],
  },
  {
    name: 'the memory of requests is not bounded',
    file: `${transfers}/schedule.ts`,
    edits: [
      ['inFlight.memoryBytes === 0 || inFlight.memoryBytes + memoryBytes', 'inFlight.memoryBytes >= 0 || memoryBytes'],
    ],
  },
  {
    name: 'the requests of a job are not bounded',
    file: `${transfers}/schedule.ts`,
    edits: [['(byJob.get(jobId) ?? 0) >= maxInFlight ||', '(byJob.get(jobId) ?? 0) < 0 ||']],
  },
  {
    name: 'a temporary file is not removed',
    file: `${transfers}/download-file.ts`,
    edits: [['const removed = await files.remove(tempPath);', 'const removed = ok();']],
  },
  {
    name: 'an object of the same size is taken for what was sent',
    file: `${transfers}/upload-parts.ts`,
    edits: [["return found.value === 'size' ? ok(null) : found;", 'return found;']],
  },
  {
    name: 'parts of an older version are kept for the next one',
    file: `${transfers}/upload-file.ts`,
    edits: [
      ['const discarded = await discardUpload(job, file);', 'const discarded = ok();'],
      ['file = { ...file, fingerprint, uploadId: null, partBytes: null };', 'file = { ...file, fingerprint };'],
    ],
  },
  {
    name: 'parts found after a crash are not read back',
    file: `${transfers}/download-parts.ts`,
    edits: [["if (read.value.digests.crc32 === part.digests['crc32']) parts.push(part);", 'parts.push(part);']],
  },
  {
    name: 'a job that waits for the network does not wake up',
    file: `${transfers}/job-holds.ts`,
    edits: [
      [
        'const cancelTimer = clock.setTimer(delayMs, retry);',
        'const cancelTimer = clock.setTimer(delayMs, () => undefined);',
      ],
    ],
  },
  {
    name: 'a file of the same size is taken for the same',
    file: `${transfers}/skip-same.ts`,
    edits: [['read.value.digests[name] === kept[name] ? levelOf(name) : null', 'name ? levelOf(name) : null']],
  },
  {
    name: 'what is there already is sent again',
    file: `${transfers}/skip-same.ts`,
    edits: [['return request.skipSame && answer === null', 'return answer !== null && answer === null']],
  },
  {
    name: 'a move lets go of an object whose file is not on the disk yet',
    file: `${transfers}/skip-same.ts`,
    edits: [['const durable = await files.commitTemp(target, target, true, null);', 'const durable = ok();']],
  },
];

/** Bugs that the simulation has found: each is planted again, so that it would be found again. */
const found: readonly Mutant[] = [
  {
    name: 'was there: new folders are lost by a power cut, with what is in them',
    file: `${transfers}/files/node-local-files.ts`,
    edits: [
      [
        'const makeFolder = createFolderMaker();',
        'const makeFolder = async (path: string) => void (await mkdir(path, { recursive: true }));',
      ],
    ],
  },
  {
    name: 'was there: files whose question was open in a crash are forgotten',
    file: `${transfers}/job-runner.ts`,
    edits: [
      [
        "journal.updateFiles(job.record.id, ['waiting'], { state: 'queued' });\n    const active",
        'ok();\n    const active',
      ],
    ],
  },
  {
    name: 'was there: the counts of a job are not those of its files',
    file: `${transfers}/job-runner.ts`,
    edits: [['counts: journal.job(job.record.id)?.counts ?? job.record.counts', 'counts: job.record.counts']],
  },
  {
    name: 'was there: the spool is emptied though the journal does not know that the job is done',
    file: `${transfers}/job-runner.ts`,
    edits: [["if (ended.ok && state === 'done')", "if (state === 'done')"]],
  },
  {
    name: 'was there: a move deletes an object that was replaced since it was looked at',
    file: `${transfers}/finish-file.ts`,
    edits: [['remove(bucket, source, { ifMatch: etag }, ', 'remove(bucket, source, {}, ']],
  },
  {
    name: 'was there: a temporary file that could not be removed is forgotten',
    file: `${transfers}/clean-job.ts`,
    edits: [['if (!removed.ok) result = result.ok ? removed : result;\n          else if', 'if']],
  },
  {
    name: 'was there: a job that failed still says that it waits for the network',
    file: `${transfers}/job-runner.ts`,
    edits: [
      [
        'async function endWith(job: LiveJob, error: AppError): Promise<void> {\n    endHold(job);',
        'async function endWith(job: LiveJob, error: AppError): Promise<void> {',
      ],
    ],
  },
  {
    name: 'was there: a folder marker fails where If-None-Match is an invalid argument',
    file: `${transfers}/job-requests.ts`,
    edits: [["return code === 'NotImplemented' || code === 'InvalidArgument';", "return code === 'NotImplemented';"]],
  },
  {
    name: 'was there: what two files learn of a server at the same time leaves a condition out for good',
    file: `${transfers}/job-requests.ts`,
    edits: [
      ['if (isOtherRefusal(facts, asked)) continue;', ''],
      ['result = await attempt({ ...asked, ...lesson });', 'result = await attempt({ ...facts, ...lesson });'],
    ],
  },
  {
    name: 'was there: a copy replaces its own source, which it has under another address',
    file: `${transfers}/decide-copy.ts`,
    edits: [['if (!isOne.value) return decision;', 'return decision;']],
  },
];

export const mutants: readonly Mutant[] = [...planted, ...found];
