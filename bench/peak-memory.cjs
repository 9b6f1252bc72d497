// The action loads this with --require: at its end, this writes the peak of its resident memory in bytes to a file.
const { readFileSync, writeFileSync } = require('node:fs');

const file = process.env.PEAK_MEMORY_FILE;
process.on('exit', () => writeFileSync(file, String(peakMemory())));

function peakMemory() {
  // On Linux, the counter of getrusage starts with the memory of the parent process; VmHWM with that of the program.
  if (process.platform === 'linux') {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}
