/* What a lookup wants to know of an invoice: the {field}s of its filter, and nothing else, so that two invoices that differ in nothing it asks are one question. */
#ifndef CHECK_LOOKUP_FIELDS_H
#define CHECK_LOOKUP_FIELDS_H

#include "config/settings.h"
#include "domain/invoice.h"

/* Of the invoice's fields (people_fields()) those that the filter of the lookup of that name asks for; of an unknown lookup all of them. Owned by the caller. */
GHashTable *lookup_fields(const Settings *settings, const char *lookup, const InvoiceFacts *facts, const char *cost_centre);

/* The first field that its filter asks for and the invoice does not have; NULL: none. Owned by the caller. */
char *lookup_missing_field(const Settings *settings, const char *lookup, const InvoiceFacts *facts, const char *cost_centre);

/* Whether it asks for nothing but the cost centre. */
gboolean lookup_asks_for_the_centre_alone(const Settings *settings, const char *lookup);

#endif
