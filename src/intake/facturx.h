/* E-invoices in PDF files: Factur-X, ZUGFeRD 1 and 2, XRechnung, whose XML is one of the files embedded in the PDF (pdfdetach's door).
 *
 * The PDF is never parsed in this process: pdfdetach lists and prints what is embedded, within limits on time, memory and output, gets the PDF by its standard
 * input and may write no file. The embedded files' names are looked at, and are never the name of anything here. */
#ifndef INTAKE_FACTURX_H
#define INTAKE_FACTURX_H

#include <glib.h>

/* Where "%PDF-" stands: within the first kilobyte, as every viewer takes it (ISO 32000, annex H.3), and nothing before it that begins another kind of file. */
gboolean facturx_is_pdf(const void *bytes, gsize length);

/* The XML of the invoice in `pdf`, by the pdfdetach at the path `program`. Of several embedded files it is the one with a name that the standards give it
 * (factur-x.xml before xrechnung.xml before zugferd-invoice.xml, in any case), if it is XML of an invoice; else the only one that is. *name (owned by the
 * caller) is its name, on one clean line. NULL: ERROR_INVALID where the file is damaged, locked or hostile, or holds no invoice, or several of which none is the
 * one; ERROR_UNAVAILABLE where pdfdetach could not be started, or had no time. */
GBytes *facturx_xml(const char *program, GBytes *pdf, char **name, GError **error);

#endif
