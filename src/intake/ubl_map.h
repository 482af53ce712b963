/* Which elements of UBL are looked at, and what becomes of each: the tables and the facts they fill, apart from the stream
 * (ubl.c) that walks them. */
#ifndef INTAKE_UBL_MAP_H
#define INTAKE_UBL_MAP_H

#include "domain/invoice.h"

typedef enum { UBL_SPACE_OTHER, UBL_SPACE_BASIC, UBL_SPACE_AGGREGATE, UBL_SPACE_INVOICE, UBL_SPACE_CREDIT_NOTE, UBL_SPACE_ENVELOPE } UblSpace;

typedef struct UblNode UblNode;

/* The facts in the making. */
typedef struct {
	InvoiceFacts *facts;   /* borrowed */
	GString *complaints;   /* borrowed; what is stated but cannot be read */
	guint documents;       /* begun; one is what is wanted */
	char *scheme;          /* the schemeID of the value given to `take`; NULL = none */
	Party *party;          /* the one being read */
	char *tax_number, *tax_scheme;
	Discount discount;
	Date header_due_date, payment_due_date;
	char *header_cost;
	GPtrArray *line_costs;
	GHashTable *seen_costs, *seen_ibans; /* sets of borrowed strings */
	GString *terms;
} UblDraft;

/* An element that is looked at. One with `take` is a value, one with children a group. */
struct UblNode {
	UblSpace space;
	const char *name;
	void (*take)(UblDraft *draft, const UblNode *node, const char *value); /* given only values that are not empty */
	gboolean in_lines; /* line breaks in the value count */
	gsize field;       /* for `take`: the offset of the char * to fill */
	const UblNode *children; /* ended by one without a name; NULL = none */
	void (*begin)(UblDraft *draft);
	void (*end)(UblDraft *draft);
};

/* Above the root: its children are the roots that are taken. */
extern const UblNode ubl_start;

void ubl_draft_init(UblDraft *draft, InvoiceFacts *facts, GString *complaints);
void ubl_draft_clear(UblDraft *draft);

/* What can be said only when everything was read: kind, due date, order of cost references, discounts in the terms. */
void ubl_draft_finish(UblDraft *draft);

#endif
