'use strict';

// The country codes of a database by an independent reader: addresses come one a line, codes (or "unknown") go out one a line.
const { readFileSync } = require('node:fs');
const maxmind = require('maxmind');

const reader = new maxmind.Reader(readFileSync(process.argv[2]));
const addresses = readFileSync(0, 'utf8').split('\n').filter((line) => line !== '');
const codes = addresses.map((address) => reader.get(address)?.country_code ?? 'unknown');
process.stdout.write(codes.join('\n') + '\n');
