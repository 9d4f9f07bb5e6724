//go:build wasm && !tinygo

package runtime

import "unsafe"

// A host puts what it passes into memory that it asks for through cabi_realloc. It does so when Go must
// not run: before Go's runtime is initialised (the WASI adapter's own memory), and while no import may be
// called, which Go's allocator does, for the clock. So cabi_realloc is outside of all that: it never
// allocates Go's way, never grows a stack, and takes its memory where Go's runtime takes its own.

// Where the memory ends that Go has given out, and where the memory ends that there is (runtime/mem_sbrk.go).
// Go assumes that nobody but itself moves the second one without the first.
//
//go:linkname bloc runtime.bloc
var bloc uintptr

//go:linkname blocMax runtime.blocMax
var blocMax uintptr

const (
	pageSize   = 64 << 10
	firstChunk = 2 * pageSize
)

// Grows the memory by this many pages; negative where the host refuses. In memory_wasm.s.
//
//go:noescape
func growMemory(pages int32) int32

// Ends the program without a word: words would be imports. In memory_wasm.s.
//
//go:noescape
func trap()

// An arena is memory that is freed as a whole.
type arena struct {
	start, next, end uintptr
}

var (
	// Arguments of exports: used until the export has been answered.
	arguments arena
	// Results of imports: used until they were copied.
	results arena
	// Whether Go is initialised. The WASI adapter asks for its memory before that, and keeps it.
	ready bool
)

func init() {
	ready = true
}

func freeArguments() {
	arguments.next = arguments.start
}

func freeResults() {
	results.next = results.start
}

//go:wasmexport cabi_realloc
//go:nosplit
func cabiRealloc(pointer, oldSize, align, size uint32) uint32 {
	if pointer != 0 && size <= oldSize {
		return pointer
	}
	var at uintptr
	if !ready {
		at = moreMemory(uintptr(size))
	} else if depth > 0 {
		at = results.reserve(uintptr(align), uintptr(size))
	} else {
		at = arguments.reserve(uintptr(align), uintptr(size))
	}
	if at == 0 {
		trap()
	}
	for index := uintptr(0); index < uintptr(oldSize); index++ {
		*(*byte)(unsafe.Pointer(at + index)) = *(*byte)(unsafe.Pointer(uintptr(pointer) + index))
	}
	return uint32(at)
}

// Reserves memory in the arena; 0 where there is none left.
//
//go:nosplit
func (a *arena) reserve(align, size uintptr) uintptr {
	at := (a.next + align - 1) &^ (align - 1)
	if at+size > a.end || a.end == 0 {
		if !a.grow(size) {
			return 0
		}
		at = (a.next + align - 1) &^ (align - 1)
	}
	a.next = at + size
	return at
}

// Makes room for this many bytes more, doubling where that is possible. What was reserved stays.
//
//go:nosplit
func (a *arena) grow(size uintptr) bool {
	if a.end != 0 && a.end == bloc {
		// Nobody has taken memory since: the arena goes on where it ends.
		if moreMemory(max(size, a.end-a.start)) == 0 && moreMemory(size) == 0 {
			return false
		}
		a.end = bloc
		return true
	}
	start := moreMemory(max(size, 2*(a.end-a.start), firstChunk))
	if start == 0 {
		start = moreMemory(size)
	}
	if start == 0 {
		return false
	}
	a.start, a.next, a.end = start, start, bloc
	return true
}

// What Go's sbrk does, without a check of the stack, which may not move now. 0 where the host gives no more.
//
//go:nosplit
func moreMemory(size uintptr) uintptr {
	start := bloc
	end := (start + size + pageSize - 1) &^ (pageSize - 1)
	if end > blocMax {
		if growMemory(int32((end-blocMax)/pageSize)) < 0 {
			return 0
		}
		blocMax = end
	}
	bloc = end
	return start
}
