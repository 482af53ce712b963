/* Invoices as records for a rehearsal: JSON objects, one a line or all in one array (DESIGN.md 4, "invoices"; intake/invoice_json.h). */
#ifndef INTAKE_INVOICE_LINES_H
#define INTAKE_INVOICE_LINES_H

#include "config/problems.h"
#include "domain/invoice.h"

typedef struct {
	InvoiceFacts *facts; /* syntax "json"; a discount date stands there as a discount */
	gint64 received;     /* INSTANT_NONE: not said */
	guint line;
} InvoiceLine;

/* GPtrArray of InvoiceLine, in the order of the file, owned by the caller. NULL where the file cannot be read (ERROR_NOT_FOUND …) or anything in it is wrong
 * (ERROR_INVALID with every finding, one a line): unknown names, amounts that are not decimal or have more digits than the currency, an invoice that stands in it
 * twice (supplier, number and kind, compared by text_key). */
GPtrArray *invoice_lines_read(const char *path, GError **error);
/* The same of a text; findings go to `problems`. */
GPtrArray *invoice_lines_parse(const char *text, gsize length, const char *origin, Problems *problems);

#endif
