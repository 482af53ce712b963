/* UBL 2.1 Invoice and CreditNote: OASIS UBL 2.1, bound to EN 16931 by CEN/TS 16931-3-2. Any prefixes; an SBDH envelope
 * (Peppol) around it is taken off. */
#ifndef INTAKE_UBL_H
#define INTAKE_UBL_H

#include "domain/invoice.h"

/* The facts as far as the document states them; `complaints` gets, each in brackets, what is stated but cannot be
 * read ("(the issue date 2025-02-30 is no date)"). NULL with ERROR_INVALID: not well-formed, hostile, or no UBL invoice,
 * then with what it is instead. Owned by the caller. */
InvoiceFacts *ubl_read(const void *bytes, gsize length, GString *complaints, GError **error);

#endif
