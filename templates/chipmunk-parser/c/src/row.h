// One line as a row.
#pragma once

#include "config.h"

enum { COLUMNS = 5 };

// Fills the cells of a line, one for each column; false where the line is not to be shown. The cells are the
// caller's. `timestamp` may be NULL.
bool row_read(struct text cells[COLUMNS], struct bytes line, const uint64_t *timestamp, const struct config *config);
