import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

// Everything is bundled but Electron itself and the one native module; chunks lie beside the entries, because
// a worker is found next to the file that starts it.
const external = ['electron', 'better-sqlite3'];

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main', emptyOutDir: true,
      target: 'node24',
      externalizeDeps: false,
      rolldownOptions: {
        external,
        input: {
          'electron-main': 'src-main/shell-electron/electron-main.ts',
          'host-process': 'src-main/shell-electron/host-process.ts',
          'task-worker': 'src-main/workers/task-worker.ts',
          'station-thread': 'src-main/workers/station-thread.ts',
          'recorder-thread': 'src-main/workers/recorder/recorder-thread.ts',
          'live-thread': 'src-main/workers/live-thread.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload', emptyOutDir: true,
      externalizeDeps: false,
      rolldownOptions: {
        external,
        input: { preload: 'src-main/shell-electron/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' }, // A sandboxed preload can only be CommonJS.
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    base: './',
    plugins: [svelte()],
    build: {
      outDir: 'out/renderer', emptyOutDir: true, target: 'es2024', assetsInlineLimit: 0,
      rolldownOptions: { input: 'src-renderer/index.html' },
    },
  },
});
