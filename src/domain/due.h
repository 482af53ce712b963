/* When an invoice is due that does not say so (DESIGN.md 3, "Invoices"): by what was agreed with its supplier, else by the text of its terms, else by the policy's
 * default from receipt. */
#ifndef DOMAIN_DUE_H
#define DOMAIN_DUE_H

#include "domain/invoice.h"
#include "domain/policy.h"

#define DUE_DAYS_MAX 366

/* Takes an entry of supplier_terms apart: what stands before its last blank, and the days. FALSE: it is none. *pattern owned by the caller. */
gboolean due_terms_parse(const char *text, char **pattern, guint *days);

/* Sets due date and source where the document has none; `received` is the day on which it came in. Credit notes are due at no time. */
void due_fill(InvoiceFacts *facts, const Policy *policy, Date received);

#endif
