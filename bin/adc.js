#!/usr/bin/env node
import '../dist/adc.cjs';
