import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // The build can be served from any folder of any server.
  base: "./",
  plugins: [react()],
  server: { port: 5173, strictPort: true },
});
