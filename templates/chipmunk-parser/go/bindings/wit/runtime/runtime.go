// Package runtime is what generated bindings stand on: handles, memory that a host reads, and
// values that are copied out of what a host wrote.
//
// Derived from go.bytecodealliance.org/pkg/wit/runtime, see ../LICENSE.
package runtime

import (
	"strings"
	"unsafe"
)

// Handle is a host's resource as long as it is ours.
type Handle struct {
	value int32
}

func (h *Handle) Use() int32 {
	if h.value == 0 {
		panic("nil handle")
	}
	return h.value
}

func (h *Handle) Take() int32 {
	if h.value == 0 {
		panic("nil handle")
	}
	value := h.value
	h.value = 0
	return value
}

func (h *Handle) Set(value int32) {
	if value == 0 {
		panic("nil handle")
	}
	if h.value != 0 {
		panic("handle already set")
	}
	h.value = value
}

func (h *Handle) TakeOrNil() int32 {
	value := h.value
	h.value = 0
	return value
}

func MakeHandle(value int32) *Handle {
	if value == 0 {
		panic("nil handle")
	}
	return &Handle{value}
}

// Allocate gives memory of Go's own that stays where it is until the pinner lets it go.
func Allocate(pinner *Pinner, size, align uintptr) unsafe.Pointer {
	pointer := allocateRaw(size, align)
	pinner.Pin(pointer)
	return pointer
}

func allocateRaw(size, align uintptr) unsafe.Pointer {
	if size == 0 {
		return nil
	}
	if size%align != 0 {
		panic("the size is not a multiple of the alignment")
	}
	switch align {
	case 1:
		return unsafe.Pointer(unsafe.SliceData(make([]uint8, size)))
	case 2:
		return unsafe.Pointer(unsafe.SliceData(make([]uint16, size/align)))
	case 4:
		return unsafe.Pointer(unsafe.SliceData(make([]uint32, size/align)))
	case 8:
		return unsafe.Pointer(unsafe.SliceData(make([]uint64, size/align)))
	default:
		panic("there is no such alignment")
	}
}

// Lengths have the type of the parameter that they came in, which several cases of a variant may share.
type integer interface {
	~int32 | ~uint32 | ~int64 | ~uint64 | ~uintptr
}

// String copies a string out of memory that the host wrote: that memory is used again.
func String[N integer](pointer *uint8, length N) string {
	return strings.Clone(unsafe.String(pointer, int(length)))
}

// Slice copies a list out of memory that the host wrote: that memory is used again.
func Slice[T any, N integer](pointer *T, length N) []T {
	return append(make([]T, 0, int(length)), unsafe.Slice(pointer, int(length))...)
}

// Exports that are being answered: one, or more where the host drops one of our resources meanwhile.
var depth int

// Calls of the host whose results are being copied. A goroutine may pause in one while others make theirs.
var lifting int

// What the host lent for the call of an export.
var borrowed []interface{ Drop() }

// Enter begins the call of an export, whose arguments the host has put into our memory already.
func Enter() {
	depth++
}

// Leave ends it: the memory of its arguments is free again, and what the host lent is given back.
func Leave() {
	depth--
	if depth > 0 {
		return
	}
	freeArguments()
	for _, one := range borrowed {
		one.Drop()
	}
	clear(borrowed)
	borrowed = borrowed[:0]
}

// Borrowed keeps a resource that the host lends until the call of the export ends.
func Borrowed[T interface{ Drop() }](value T) T {
	borrowed = append(borrowed, value)
	return value
}

// Lift begins a call of the host whose results it puts into our memory.
func Lift() {
	lifting++
}

// Lifted ends it, after the results were copied.
func Lifted() {
	lifting--
	if lifting == 0 {
		freeResults()
	}
}
