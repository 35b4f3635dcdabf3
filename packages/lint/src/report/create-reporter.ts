import { createCheckstyleReporter } from './checkstyle.js';
import { createGithubReporter } from './github.js';
import { createGitlabReporter } from './gitlab.js';
import { createJsonReporter } from './json.js';
import { createJunitReporter } from './junit.js';
import { createPrettyReporter } from './pretty.js';
import type { Format, Reporter, ReporterOptions } from './reporter.js';
import { createSarifReporter } from './sarif.js';
import { createTapReporter } from './tap.js';

/** The reporter of a format. */
export function createReporter(format: Format, options: ReporterOptions): Reporter {
  switch (format) {
    case 'pretty':
      return createPrettyReporter(options);
    case 'json':
      return createJsonReporter();
    case 'sarif':
      return createSarifReporter(options);
    case 'github':
      return createGithubReporter();
    case 'gitlab':
      return createGitlabReporter();
    case 'junit':
      return createJunitReporter();
    case 'tap':
      return createTapReporter();
    case 'checkstyle':
      return createCheckstyleReporter();
  }
}
