//go:build tinygo

package runtime

import "unsafe"

// Pinner keeps memory alive while a host may read it. TinyGo's collector moves nothing, it only has to find it.
type Pinner struct {
	kept           []any
	previous, next *Pinner
}

// The first of those that keep something.
var pinners *Pinner

func (p *Pinner) Pin(pointer any) {
	if len(p.kept) == 0 {
		p.next = pinners
		if pinners != nil {
			pinners.previous = p
		}
		pinners = p
	}
	p.kept = append(p.kept, pointer)
}

func (p *Pinner) Unpin() {
	if len(p.kept) == 0 {
		return
	}
	if p.previous == nil {
		pinners = p.next
	} else {
		p.previous.next = p.next
	}
	if p.next != nil {
		p.next.previous = p.previous
	}
	*p = Pinner{}
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
