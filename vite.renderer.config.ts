import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// One renderer bundle for both shells: relative URLs, so `app://` and `http://127.0.0.1` both serve it.
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [svelte()],
  build: { outDir: '../out/renderer', emptyOutDir: true, target: 'es2024', assetsInlineLimit: 0 },
});
