/* What a lookup wants to know of an invoice: the {field}s of its filter, and nothing else, so that two invoices that differ in nothing it asks are one question. */
#ifndef PEOPLE_LOOKUP_FIELDS_H
#define PEOPLE_LOOKUP_FIELDS_H

#include "config/settings.h"
#include "directory/question.h"
#include "domain/resolve.h"

/* Of the invoice's fields those that the filter of the lookup of that name asks for; of an unknown lookup all of them. char * to char *, owned by the caller.
 * `facts` and `cost_centre` may be NULL; without the latter it is the invoice's first. */
GHashTable *lookup_fields(const Settings *settings, const char *lookup, const InvoiceFacts *facts, const char *cost_centre);

/* The question that it puts to the directory. NULL: the invoice lacks a field that it asks for, so it finds nobody; a line of `steps` (may be NULL) says so. */
DirectoryQuestion *lookup_question(const Settings *settings, const char *lookup, const SelectorContext *context, GPtrArray *steps);

/* Whether it asks for nothing but the cost centre. */
gboolean lookup_asks_for_the_centre_alone(const Settings *settings, const char *lookup);

#endif
