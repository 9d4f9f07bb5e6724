//go:build tinygo

package runtime

import "unsafe"

// Pinner keeps memory alive while a host may read it. TinyGo's collector moves nothing.
type Pinner struct {
	// An empty struct has no address of its own.
	_ byte
}

var pinned = map[*Pinner][]any{}

func (p *Pinner) Pin(pointer any) {
	pinned[p] = append(pinned[p], pointer)
}

func (p *Pinner) Unpin() {
	delete(pinned, p)
}

// What a host puts into our memory: TinyGo's allocator asks for nothing but memory, so that it may be
// called while no import may.
var (
	arguments []unsafe.Pointer
	results   []unsafe.Pointer
	// The WASI adapter asks for its memory before Go is initialised, and keeps it.
	adapters []unsafe.Pointer
	ready    bool
)

func init() {
	ready = true
}

func freeArguments() {
	clear(arguments)
	arguments = arguments[:0]
}

func freeResults() {
	clear(results)
	results = results[:0]
}

//export cabi_realloc
func cabiRealloc(pointer unsafe.Pointer, oldSize, align, size uintptr) unsafe.Pointer {
	if pointer != nil && size <= oldSize {
		return pointer
	}
	// Whole words, so that everything is aligned.
	words := make([]uint64, size/8+1)
	at := unsafe.Pointer(unsafe.SliceData(words))
	copy(unsafe.Slice((*byte)(at), size), unsafe.Slice((*byte)(pointer), oldSize))
	if !ready {
		adapters = append(adapters, at)
	} else if depth > 0 {
		results = append(results, at)
	} else {
		arguments = append(arguments, at)
	}
	return at
}
