/** What `/version` tells. The numbers are those of the API level that is reproduced. */
export const serverVersion: object = {
  major: '4',
  minor: '21',
  emulationMajor: '4',
  emulationMinor: '21',
  minCompatibilityMajor: '4',
  minCompatibilityMinor: '20',
  gitVersion: 'v1.34.1',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: '',
};
