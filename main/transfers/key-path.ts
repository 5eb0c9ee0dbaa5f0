/** The window names single downloads and uploads by the same rules, so they live in shared. */
export * from '../../shared/domain/key-path.ts';
