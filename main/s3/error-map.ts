/** The one place where failures of servers, networks and file systems become AppErrors. */
export { mapFileError } from './file-errors.ts';
export { mapNetworkError } from './network-errors.ts';
export { mapS3Failure, type S3Failure } from './s3-failure.ts';
export { mapSdkError, mapUnanswered, type CallContext } from './sdk-errors.ts';
