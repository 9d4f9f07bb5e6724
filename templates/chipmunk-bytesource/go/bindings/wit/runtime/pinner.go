//go:build !tinygo

package runtime

import "runtime"

// Pinner keeps memory alive and in its place while a host may read it.
type Pinner = runtime.Pinner
