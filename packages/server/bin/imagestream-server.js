#!/usr/bin/env node
// Stands here, not in dist/, so that npm can link the command before the first build.
import '../dist/node/main.js';
