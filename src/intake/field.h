/* What the values of electronic invoices have in common, whatever the syntax: text, dates, amounts, early-payment lines. */
#ifndef INTAKE_FIELD_H
#define INTAKE_FIELD_H

#include "domain/invoice.h"

/* One line: XML white space trimmed, runs of it one blank, control characters dropped; NULL where nothing is left. Bidi
 * controls stay (domain/invoice.h). `text` is valid UTF-8. Owned by the caller. */
char *field_line(const char *text, gsize length);

/* The same for several lines, LF between them; empty lines stay, but at neither end. */
char *field_lines(const char *text, gsize length);

/* xsd:date, YYYY-MM-DD of an existing day; a time zone is dropped. FALSE: anything else, *date unchanged. */
gboolean field_date(const char *line, Date *date);

/* xsd:decimal; zeros at the end of a fraction beyond what a Decimal holds are dropped. ERROR_INVALID: anything else. */
gboolean field_amount(const char *line, Decimal *amount, GError **error);

/* Appends the discounts that the terms state in XRechnung's form (schematron rule BR-DE-18), a line such as
 * #SKONTO#TAGE=14#PROZENT=2.00#, dated from the day of issue where that is known. */
void field_discounts(const char *terms, Date issue_date, GArray *discounts);

/* Type codes that are credit notes whatever the document calls itself (EN 16931's code list for BT-3). NULL is none. */
gboolean field_is_credit_type(const char *type_code);

#endif
