/** The IAM permission each S3 operation needs: named when it is denied. The first is the one to ask for. */
const permissionByOperation: Readonly<Record<string, string>> = {
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  CompleteMultipartUpload: 's3:PutObject',
  CopyObject: 's3:GetObject, s3:PutObject',
  CreateBucket: 's3:CreateBucket',
  CreateMultipartUpload: 's3:PutObject',
  DeleteBucket: 's3:DeleteBucket',
  DeleteObject: 's3:DeleteObject',
  DeleteObjects: 's3:DeleteObject',
  GetBucketLocation: 's3:GetBucketLocation',
  GetObject: 's3:GetObject',
  GetObjectTagging: 's3:GetObjectTagging',
  HeadBucket: 's3:ListBucket',
  HeadObject: 's3:GetObject',
  ListBuckets: 's3:ListAllMyBuckets',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  ListObjectsV2: 's3:ListBucket',
  ListParts: 's3:ListMultipartUploadParts',
  PutObject: 's3:PutObject',
  PutObjectTagging: 's3:PutObjectTagging',
  UploadPart: 's3:PutObject',
  UploadPartCopy: 's3:GetObject, s3:PutObject',
};

/**
 * The permission to ask for: what the server named in its message ("is not authorized to perform: s3:GetObject"), else
 * what the operation needs, else nothing.
 */
export function missingPermission(operation: string | undefined, message: string | undefined): string | undefined {
  const named = message === undefined ? null : /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message);
  return named?.[1] ?? (operation === undefined ? undefined : permissionByOperation[operation]);
}
