import { badRequestError } from '@imagestream/core';
import {
  DockerMetadataVersionError,
  formatDockerMetadata,
  normalizeImage,
  readDockerMetadata,
  type Image,
} from '@imagestream/image-v1';

/**
 * Brings an image into the form the server holds and prints, its metadata record included.
 *
 * Throws a StatusError BadRequest when the record is of a notation that the server does not know.
 *
 * Source: conversion-shape, docker-metadata.
 */
export function normalizeWholeImage(value: unknown): Image {
  const image = normalizeImage(value);
  const version = image.dockerImageMetadataVersion || '1.0';
  try {
    const record = readDockerMetadata(image.dockerImageMetadata, version);
    return {
      ...image,
      dockerImageMetadata: formatDockerMetadata(record, version),
      dockerImageMetadataVersion: version,
    };
  } catch (error) {
    if (error instanceof DockerMetadataVersionError) throw badRequestError(error.message);
    throw error;
  }
}

/** The same for an image inside another object, which prints neither kind nor apiVersion. */
export function normalizeEmbeddedImage(value: unknown): Image {
  const { kind: _kind, apiVersion: _apiVersion, ...record } = normalizeWholeImage(value);
  // The generated type demands both members; a server prints them at the top level only.
  return record as Image;
}
