/**
 * The IAM permission each S3 operation needs: named when it is denied. The first is the one to ask for. `…Version` is the
 * operation before it on a version that was named (see ofVersion).
 */
const permissionByOperation: Readonly<Record<string, string>> = {
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  CompleteMultipartUpload: 's3:PutObject',
  CopyObject: 's3:GetObject, s3:PutObject',
  CopyObjectVersion: 's3:GetObjectVersion, s3:PutObject',
  CreateBucket: 's3:CreateBucket',
  CreateMultipartUpload: 's3:PutObject',
  DeleteBucket: 's3:DeleteBucket',
  DeleteObject: 's3:DeleteObject',
  DeleteObjectVersion: 's3:DeleteObjectVersion',
  DeleteObjects: 's3:DeleteObject',
  DeleteObjectsVersion: 's3:DeleteObjectVersion',
  GetBucketLocation: 's3:GetBucketLocation',
  GetBucketVersioning: 's3:GetBucketVersioning',
  GetObject: 's3:GetObject',
  GetObjectVersion: 's3:GetObjectVersion',
  GetObjectLegalHold: 's3:GetObjectLegalHold',
  GetObjectLockConfiguration: 's3:GetBucketObjectLockConfiguration',
  GetObjectRetention: 's3:GetObjectRetention',
  GetObjectTagging: 's3:GetObjectTagging',
  HeadBucket: 's3:ListBucket',
  HeadObject: 's3:GetObject',
  HeadObjectVersion: 's3:GetObjectVersion',
  ListBuckets: 's3:ListAllMyBuckets',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  ListObjectVersions: 's3:ListBucketVersions',
  ListObjectsV2: 's3:ListBucket',
  ListParts: 's3:ListMultipartUploadParts',
  PutObject: 's3:PutObject',
  PutObjectTagging: 's3:PutObjectTagging',
  UploadPart: 's3:PutObject',
  UploadPartCopy: 's3:GetObject, s3:PutObject',
  UploadPartCopyVersion: 's3:GetObjectVersion, s3:PutObject',
};

/** The operation's name where a version was asked for: IAM has permissions of their own for these. */
export function ofVersion(operation: string, versionId: string | undefined): string {
  return versionId === undefined ? operation : `${operation}Version`;
}

/**
 * The permission to ask for: what the server named in its message ("is not authorized to perform: s3:GetObject"), else
 * what the operation needs, else nothing.
 */
export function missingPermission(operation: string | undefined, message: string | undefined): string | undefined {
  const named = message === undefined ? null : /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message);
  return named?.[1] ?? (operation === undefined ? undefined : permissionByOperation[operation]);
}
