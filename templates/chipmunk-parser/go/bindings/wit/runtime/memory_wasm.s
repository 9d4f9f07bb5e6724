//go:build wasm && !tinygo

#include "textflag.h"

TEXT ·growMemory(SB), NOSPLIT, $0-12
	Get SP
	I32Load pages+0(FP)
	GrowMemory
	I32Store ret+8(FP)
	RET

TEXT ·trap(SB), NOSPLIT, $0-0
	UNDEF
