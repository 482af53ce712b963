/* From the bytes of a document to the facts of an invoice, or to the reason why not. Told from its content, never from its name. A file may hold many (pieces.h). */
#ifndef INTAKE_READ_H
#define INTAKE_READ_H

#include "domain/invoice.h"

#define INTAKE_MAX_BYTES (10u * 1024 * 1024)

/* ERROR_INVALID with the precise reason ("not well-formed XML: line 3: …", "not an invoice: UBL, but root element Order in …",
 * "the invoice lacks the payable total (…)"). On failure *partial (may be NULL) gets the facts of a well-formed invoice that
 * lacks something no approval can do without, owned by the caller; NULL where it was no invoice, or none to be trusted. ERROR_UNAVAILABLE: it lies with this
 * machine and not with the file, which may be read another time (a PDF, and pdfdetach is not there). Of a PDF the facts are those of the XML in it. */
InvoiceFacts *intake_read(const void *bytes, gsize length, InvoiceFacts **partial, GError **error);

/* Whether it begins as JSON (an object or a list), and as a list. */
gboolean intake_is_json(const char *text, gsize length);
gboolean intake_is_json_list(const char *text, gsize length);

#endif
