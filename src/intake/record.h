/* The record of an import as JSON (DESIGN.md 4, "Records as JSON"): what was read from one file, and what became of it. */
#ifndef INTAKE_RECORD_H
#define INTAKE_RECORD_H

#include "codec/json.h"
#include "domain/invoice.h"

/* What was read: syntax, kind, type_code, number, … discounts; absent = unknown. NULL where nothing was read (an empty
 * object). Owned by the caller. */
Json *intake_record(const InvoiceFacts *facts);

/* Adds `file` (any bytes), `verdict` (new, known, updated, held, refused) and `reason` (may be NULL). */
void intake_record_set_verdict(Json *record, const char *file, const char *verdict, const char *reason);

#endif
