/* From the bytes of a file to the facts of an invoice, or to the reason why not. Told from its content, never from its name. */
#ifndef INTAKE_READ_H
#define INTAKE_READ_H

#include "domain/invoice.h"

#define INTAKE_MAX_BYTES (10u * 1024 * 1024)

/* ERROR_INVALID with the precise reason ("not well-formed XML: line 3: …", "an Order, not an invoice", "lacks the payable total"). On failure
 * *partial (may be NULL) gets the facts as far as they were read, owned by the caller, or NULL where it was no invoice at all. */
InvoiceFacts *intake_read(const void *bytes, gsize length, InvoiceFacts **partial, GError **error);

#endif
