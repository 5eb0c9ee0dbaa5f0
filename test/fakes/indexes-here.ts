import { openObjectIndexDatabase, removeObjectIndexFiles } from '../../main/db/object-index-database.ts';
import type { ObjectIndex, ObjectIndexes } from '../../main/automation/object-index.ts';
import { rowsOfLines } from '../../main/s3/data-plane/listing/page-lines.ts';
import { ok } from '../../shared/result.ts';

/** Indexes on the disk, in this thread: for tests that look at their files, and thousands of times. */
export function createIndexesHere(): ObjectIndexes {
  return {
    async open(filePath) {
      const opened = openObjectIndexDatabase(filePath);
      if (!opened.ok) return opened;
      const db = opened.value;
      const look: ObjectIndex['look'] = async (request, pages) => {
        const begun = db.beginLook(request);
        if (!begun.ok) return begun;
        for await (const page of pages) {
          const taken = page.ok ? begun.value.take(page.value) : page;
          if (taken.ok) continue;
          begun.value.giveUp();
          return taken;
        }
        return begun.value.end();
      };
      return ok({
        indexId: db.indexId,
        look,
        lookAtLines: (request, lines) =>
          look(
            request,
            (async function* () {
              for await (const each of lines) yield each.ok ? ok(rowsOfLines(each.value)) : each;
            })(),
          ),
        update: async (keys) => db.update(keys),
        count: async (cover) => db.count(cover),
        staged: async (afterId, limit) => db.staged(afterId, limit),
        forget: async (throughId) => db.forget(throughId),
        servedMarks: async () => db.servedMarks(),
        dropMarks: async (ids) => db.dropMarks(ids),
        close: async () => db.close(),
      });
    },
    remove: async (filePath) => removeObjectIndexFiles(filePath),
    close: () => Promise.resolve(),
  };
}
