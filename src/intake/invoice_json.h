/* An invoice as a JSON object: what DESIGN.md 4 has under "invoices" and in the record of an import, as an ERP gives it. doc/invoice.schema.json (JSON Schema,
 * draft 2020-12) says the same to machines: what it takes is taken here, but for what it cannot say (members that stand twice, text that is no UTF-8).
 *
 * A party (supplier, buyer) is its name, or an object. Texts are those of a document: cleaned, at most INVOICE_JSON_TEXT_MAX characters, "" and null absent. cost_centres and
 * cost_references are one list, as are order and order_reference; discount_date stands for a discount whose percent need not be known. Amounts are decimal strings
 * with no more digits after the point than the currency has (DESIGN.md 4). */
#ifndef INTAKE_INVOICE_JSON_H
#define INTAKE_INVOICE_JSON_H

#include "config/json_records.h"
#include "domain/invoice.h"

#define INVOICE_JSON_TEXT_MAX 10000
#define INVOICE_JSON_LIST_MAX 1000

/* What an object may hold; nothing is required by the table. */
extern const JsonMember invoice_json_members[];

/* The facts of an object that fits the table; what is wrong in it goes to `problems`, under `origin` and `line`. Syntax "json". *received (may be NULL): when the buyer got
 * it, INSTANT_NONE where it does not say. Where there is no date of issue it is the day (UTC) of that. Owned by the caller; never NULL. */
InvoiceFacts *invoice_json_facts(const Json *object, const char *origin, guint line, Problems *problems, gint64 *received);

/* One object as a document: ERROR_INVALID with all that is wrong, on one line, without any of it. What it lacks is not said here. */
InvoiceFacts *invoice_json_read(const char *text, gsize length, GError **error);

#endif
