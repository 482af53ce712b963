/* Invoices in XML: UBL 2.1 Invoice and CreditNote, UN/CEFACT Cross Industry Invoice (D16B; so Factur-X and ZUGFeRD 2) and ZUGFeRD 1, told from the root
 * element. Any prefixes; an SBDH envelope (Peppol) around it is taken off. */
#ifndef INTAKE_XML_INVOICE_H
#define INTAKE_XML_INVOICE_H

#include "domain/invoice.h"

/* The facts as far as the document states them; `complaints` gets, each in brackets, what is stated but cannot be
 * read ("(the issue date 2025-02-30 is no date)"). NULL with ERROR_INVALID: not well-formed, hostile, or no invoice that is read,
 * then with what it is instead. Owned by the caller. */
InvoiceFacts *xml_invoice_read(const void *bytes, gsize length, GString *complaints, GError **error);

/* The syntax that the root element says ("cii"), whatever stands in it; "" for XML of another kind, or in an envelope; NULL where no element comes. */
const char *xml_invoice_syntax(const void *bytes, gsize length);

#endif
