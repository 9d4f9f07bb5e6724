//go:build !wasm && !tinygo

package runtime

// Outside of WebAssembly, where a plugin's own tests run, no host writes into our memory.

func freeArguments() {}

func freeResults() {}
