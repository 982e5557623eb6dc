#!/usr/bin/env node
'use strict';
require('../dist/adc.cjs');
