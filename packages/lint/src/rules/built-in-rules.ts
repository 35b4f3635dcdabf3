import type { Rule } from '../rule.js';
import { annotationSupportsVersion } from './annotation-supports-version.js';
import { annotationTagsHidden } from './annotation-tags-hidden.js';
import { annotationUnknown } from './annotation-unknown.js';
import { annotationWrongKind } from './annotation-wrong-kind.js';
import { apiLegacyVersion } from './api-legacy-version.js';
import { catalogDescription } from './catalog-description.js';
import { catalogDisplayName } from './catalog-display-name.js';
import { catalogIcon } from './catalog-icon.js';
import { catalogSampleRepo } from './catalog-sample-repo.js';
import { catalogVersion } from './catalog-version.js';
import { duplicateKey } from './duplicate-key.js';
import { apiVersionMissing } from './api-version-missing.js';
import { followBareVsQualified } from './follow-bare-vs-qualified.js';
import { followChain } from './follow-chain.js';
import { followCrossNamespace } from './follow-cross-namespace.js';
import { followDanglingKnown } from './follow-dangling-known.js';
import { followMissingStream } from './follow-missing-stream.js';
import { followNotTracked } from './follow-not-tracked.js';
import { followWrongSeparator } from './follow-wrong-separator.js';
import { fromExtraFields } from './from-extra-fields.js';
import { generateNameVirtual } from './generate-name-virtual.js';
import { imageNameNotDigest } from './image-name-not-digest.js';
import { importDuplicateTarget } from './import-duplicate-target.js';
import { importInsecureAnnotation } from './import-insecure-annotation.js';
import { importInsecure } from './import-insecure.js';
import { importManifestDropped } from './import-manifest-dropped.js';
import { importNoTarget } from './import-no-target.js';
import { importReferencePolicy } from './import-reference-policy.js';
import { isConditionImportFailed } from './is-condition-import-failed.js';
import { isDeprecatedRepository } from './is-deprecated-repository.js';
import { isExportLeftover } from './is-export-leftover.js';
import { isRedundantDefault } from './is-redundant-default.js';
import { isRepositoryAndTags } from './is-repository-and-tags.js';
import { isServerMetadata } from './is-server-metadata.js';
import { isStatusInManifest } from './is-status-in-manifest.js';
import { isTagGenerationInManifest } from './is-tag-generation-in-manifest.js';
import { isimageShortId } from './isimage-short-id.js';
import { istagAnnotationLocation } from './istag-annotation-location.js';
import { istagIgnoredFields } from './istag-ignored-fields.js';
import { istagName } from './istag-name.js';
import { kindNotCreatable } from './kind-not-creatable.js';
import { legacyDefaultDependence } from './legacy-default-dependence.js';
import { limitCount } from './limit-count.js';
import { lookupLocalShadowing } from './lookup-local-shadowing.js';
import { placeholderOutsideTemplate } from './placeholder-outside-template.js';
import { preferPlatformIgnored } from './prefer-platform-ignored.js';
import { refDigestUppercase } from './ref-digest-uppercase.js';
import { refHubAlias } from './ref-hub-alias.js';
import { refImageIdAsName } from './ref-image-id-as-name.js';
import { refImplicitLatest } from './ref-implicit-latest.js';
import { refInternalRegistry } from './ref-internal-registry.js';
import { refLatestUnscheduled } from './ref-latest-unscheduled.js';
import { refPort443 } from './ref-port-443.js';
import { refRegistryOnly } from './ref-registry-only.js';
import { refTagAndDigest } from './ref-tag-and-digest.js';
import { refUnqualified } from './ref-unqualified.js';
import { refUppercaseNamespace } from './ref-uppercase-namespace.js';
import { refVersionFromLatest } from './ref-version-from-latest.js';
import { referenceIstagHidden } from './reference-istag-hidden.js';
import { referenceWithLocalPolicy } from './reference-with-local-policy.js';
import { requestKindInFile } from './request-kind-in-file.js';
import { schedOnDigest } from './sched-on-digest.js';
import { schedOnReference } from './sched-on-reference.js';
import { schedWithoutFrom } from './sched-without-from.js';
import { suppressReason } from './suppress-reason.js';
import { suppressUnused } from './suppress-unused.js';
import { syntaxError } from './syntax-error.js';
import { tagNameEmpty } from './tag-name-empty.js';
import { tagNameSyntax } from './tag-name-syntax.js';
import { tagSortOrder } from './tag-sort-order.js';
import { tagWithoutFrom } from './tag-without-from.js';
import { templateFixedNamespace } from './template-fixed-namespace.js';
import { templateLegacyVersion } from './template-legacy-version.js';
import { templateParameterType } from './template-parameter-type.js';
import { templateParameterUndeclared } from './template-parameter-undeclared.js';
import { templateParameterUnused } from './template-parameter-unused.js';
import { templateSource } from './template-source.js';
import { validatorRules } from './validator-rules.js';

/** All rules that come with the linter: its own in the order of their ids, then those of the validators. */
export const BUILT_IN_RULES: readonly Rule[] = [
  annotationSupportsVersion,
  annotationTagsHidden,
  annotationUnknown,
  annotationWrongKind,
  apiLegacyVersion,
  apiVersionMissing,
  catalogDescription,
  catalogDisplayName,
  catalogIcon,
  catalogSampleRepo,
  catalogVersion,
  duplicateKey,
  followBareVsQualified,
  followChain,
  followCrossNamespace,
  followDanglingKnown,
  followMissingStream,
  followNotTracked,
  followWrongSeparator,
  fromExtraFields,
  generateNameVirtual,
  imageNameNotDigest,
  importDuplicateTarget,
  importInsecureAnnotation,
  importInsecure,
  importManifestDropped,
  importNoTarget,
  importReferencePolicy,
  isConditionImportFailed,
  isDeprecatedRepository,
  isExportLeftover,
  isRedundantDefault,
  isRepositoryAndTags,
  isServerMetadata,
  isStatusInManifest,
  isTagGenerationInManifest,
  isimageShortId,
  istagAnnotationLocation,
  istagIgnoredFields,
  istagName,
  kindNotCreatable,
  legacyDefaultDependence,
  limitCount,
  lookupLocalShadowing,
  placeholderOutsideTemplate,
  preferPlatformIgnored,
  refDigestUppercase,
  refHubAlias,
  refImageIdAsName,
  refImplicitLatest,
  refInternalRegistry,
  refLatestUnscheduled,
  refPort443,
  refRegistryOnly,
  refTagAndDigest,
  refUnqualified,
  refUppercaseNamespace,
  refVersionFromLatest,
  referenceIstagHidden,
  referenceWithLocalPolicy,
  requestKindInFile,
  schedOnDigest,
  schedOnReference,
  schedWithoutFrom,
  suppressReason,
  suppressUnused,
  syntaxError,
  tagNameEmpty,
  tagNameSyntax,
  tagSortOrder,
  tagWithoutFrom,
  templateFixedNamespace,
  templateLegacyVersion,
  templateParameterType,
  templateParameterUndeclared,
  templateParameterUnused,
  templateSource,
  ...validatorRules,
];
