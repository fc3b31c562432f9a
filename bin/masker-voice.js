#!/usr/bin/env node
import '../dist/cli/voice/main.js';
