import { readText } from './fields.js';
import { formatAge } from './human-duration.js';
import { imageTagCells } from './image-tag-cells.js';
import { repositoryCell, tagsCell, updatedCell } from './stream-cells.js';

/** A column of a Table, as clients are told about it. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: 'string' | 'number';
  readonly format: string;
  readonly description: string;
  /** Above 0: shown only in wide output. The cells are always sent. */
  readonly priority: number;
}

/** The columns of a kind and the cells of one object. */
export interface TableLayout {
  readonly columns: readonly ColumnDefinition[];
  cells(object: unknown, now: Date): readonly (string | number | null)[];
}

const NAME: ColumnDefinition = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'The name, unique within its namespace for the kind of object. It does not change.',
  priority: 0,
};

function column(name: string, description: string, priority = 0): ColumnDefinition {
  return { name, type: 'string', format: '', description, priority };
}

const IMAGE_REFERENCE = 'Where the image can be pulled from.';
const UPDATED = 'Last update time.';

function createdAgo(object: unknown, now: Date): string {
  return formatAge(readText(object, 'metadata', 'creationTimestamp') || undefined, now);
}

/** By kind. Source: table-columns. */
const LAYOUTS: Readonly<Record<string, TableLayout>> = {
  Image: {
    columns: [NAME, column('Image Reference', IMAGE_REFERENCE)],
    cells: (image) => [
      readText(image, 'metadata', 'name'),
      readText(image, 'dockerImageReference'),
    ],
  },
  ImageStream: {
    columns: [
      NAME,
      column('Image Repository', 'Where the images of the stream can be pulled from.'),
      column('Tags', 'Human readable list of tags.'),
      column('Updated', UPDATED),
    ],
    cells: (stream, now) => [
      readText(stream, 'metadata', 'name'),
      repositoryCell(stream),
      tagsCell(stream),
      updatedCell(stream, now),
    ],
  },
  ImageStreamTag: {
    columns: [
      NAME,
      column('Image Reference', IMAGE_REFERENCE),
      column('Updated', UPDATED),
      column('Image Name', 'The name of the image the tag points at.', 1),
    ],
    cells: (tag, now) => [
      readText(tag, 'metadata', 'name'),
      readText(tag, 'image', 'dockerImageReference'),
      createdAgo(tag, now),
      readText(tag, 'image', 'metadata', 'name'),
    ],
  },
  ImageTag: {
    columns: [
      NAME,
      column(
        'Spec',
        'How the tag gets its images: imported, scheduled, a reference, tracking or pushed.',
      ),
      column('Status', 'What the tag points at, or what keeps it from pointing at something.'),
      { ...column('History', 'Number of history entries.'), type: 'number' },
      column('Updated', 'Last updated at'),
    ],
    cells: (tag, now) => {
      const { spec, status, history, updated } = imageTagCells(tag, now);
      return [readText(tag, 'metadata', 'name'), spec, status, history, updated];
    },
  },
  ImageStreamImage: {
    columns: [
      NAME,
      column('Updated', UPDATED),
      column('Image Reference', IMAGE_REFERENCE, 1),
      column('Image Name', 'The name of the image.', 1),
    ],
    cells: (image, now) => [
      readText(image, 'metadata', 'name'),
      createdAgo(image, now),
      readText(image, 'image', 'dockerImageReference'),
      readText(image, 'image', 'metadata', 'name'),
    ],
  },
};

/** Kinds without columns of their own: name and time. */
const FALLBACK: TableLayout = {
  columns: [
    NAME,
    {
      ...column('Created At', 'When the server made the object, in RFC 3339 form and UTC.'),
      format: 'date',
    },
  ],
  cells: (object) => [
    readText(object, 'metadata', 'name'),
    readText(object, 'metadata', 'creationTimestamp'),
  ],
};

/** How objects of a kind are laid out in a Table. */
export function tableLayout(kind: string): TableLayout {
  return Object.hasOwn(LAYOUTS, kind) ? (LAYOUTS[kind] ?? FALLBACK) : FALLBACK;
}
