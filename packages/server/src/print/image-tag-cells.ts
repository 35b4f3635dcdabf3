import { readField, readList, readNumber, readText } from './fields.js';
import { formatAge } from './human-duration.js';

/** The cells of an ImageTag after its name. */
export interface ImageTagCells {
  readonly spec: string;
  readonly status: string;
  /** The number of history entries, null for none. */
  readonly history: number | null;
  readonly updated: string;
}

/** What the spec of a tag says about it. */
interface SpecCells {
  readonly spec: string;
  readonly status: string;
  /** Where its images come from. */
  readonly source: string;
}

/** Source: table-image-tag. */
export function imageTagCells(tag: unknown, now: Date): ImageTagCells {
  const fromSpec = describeSpec(readField(tag, 'spec'));
  const items = readList(tag, 'status', 'items');
  const event = items[0];
  const { spec, status, source } = event === undefined ? fromSpec : withEvent(tag, event, fromSpec);
  const failure = describeFailure(tag, readText(event, 'created'));
  const shown = failure.status || status;
  return {
    spec,
    status: shown === '' ? source : shown,
    history: items.length === 0 ? null : items.length,
    updated: failure.time === '' ? '' : formatAge(failure.time, now),
  };
}

function describeSpec(spec: unknown): SpecCells {
  if (spec === undefined) return { spec: '', status: '', source: '' };
  const reference = readField(spec, 'reference') === true;
  const scheduled = readField(spec, 'importPolicy', 'scheduled') === true;
  const cell = scheduled ? 'Scheduled' : reference ? 'Ref' : 'Tag';
  const from = readField(spec, 'from');
  if (from === undefined) return { spec: '', status: '', source: '' };
  return describeSource(from, cell);
}

function describeSource(from: unknown, cell: string): SpecCells {
  const name = readText(from, 'name');
  switch (readText(from, 'kind')) {
    case 'DockerImage':
      return { spec: cell, status: '', source: name };
    case 'ImageStreamImage': {
      const at = name.indexOf('@');
      if (at === -1) return { spec: cell, status: 'InvalidRefName', source: '' };
      return { spec: cell, status: '', source: `image/${name.slice(at + 1)}` };
    }
    case 'ImageStreamTag': {
      const namespace = readText(from, 'namespace');
      const source = namespace === '' ? `istag/${name}` : `istag ${namespace}/${name}`;
      return { spec: name.includes(':') ? cell : 'Track', status: '', source };
    }
    default:
      return { spec: cell, status: 'InvalidRefKind', source: '' };
  }
}

/** What the newest event of the history adds. */
function withEvent(tag: unknown, event: unknown, cells: SpecCells): SpecCells {
  const [wanted, reached] = [
    readNumber(tag, 'spec', 'generation'),
    readNumber(event, 'generation'),
  ];
  const known = wanted > 0 && reached > 0;
  if (known && reached < wanted) return { ...cells, status: 'Importing' };
  const image = readText(event, 'image');
  const source =
    image === '' ? readText(event, 'dockerImageReference') || cells.source : `image/${image}`;
  const pushed =
    (source !== '' && cells.spec === '') || (cells.spec !== 'Track' && known && reached > wanted);
  return { ...cells, source, spec: pushed ? 'Push' : cells.spec };
}

/** A failed import, and the later of the times of the newest event and of the condition. */
function describeFailure(tag: unknown, created: string): { status: string; time: string } {
  let [status, time] = ['', created];
  for (const condition of readList(tag, 'status', 'conditions')) {
    if (readText(condition, 'type') !== 'ImportSuccess') continue;
    if (readText(condition, 'status') !== 'False') continue;
    status = `ImportFailed (${readText(condition, 'reason')})`;
    const changed = readText(condition, 'lastTransitionTime');
    if (changed !== '' && (time === '' || Date.parse(changed) > Date.parse(time))) time = changed;
  }
  return { status, time };
}
