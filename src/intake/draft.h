/* The facts of an invoice in the making, while its document is read: what the syntaxes of XML invoices have in common. Where a document states twice what an
 * invoice has once, the first that is not empty counts. */
#ifndef INTAKE_DRAFT_H
#define INTAKE_DRAFT_H

#include "domain/invoice.h"

typedef enum { DRAFT_DAYS, DRAFT_WEEKS, DRAFT_MONTHS } DraftUnit;

typedef struct {
	InvoiceFacts *facts;  /* borrowed */
	GString *complaints;  /* borrowed; what is stated but cannot be read, each in brackets */
	guint documents;      /* begun; one is what is wanted */
	char *attribute;      /* of the value that is taken; NULL = none, never "" */
	Party *party;         /* the one being read */
	char *tax_number, *tax_scheme; /* of the tax registration being read */
	char *iban, *account; /* of the account being read */
	Date header_due_date, payment_due_date;
	Discount discount;    /* the one being read */
	Date discount_basis;
	int discount_count;   /* units of time after the basis, else after the day of issue; -1 = not said */
	DraftUnit discount_unit;
	GArray *spans;        /* of discounts that count from the day of issue */
	Date terms_due_date;  /* of the payment terms being read */
	GPtrArray *header_costs, *line_costs;
	GHashTable *seen_header_costs, *seen_line_costs, *seen_ibans; /* sets of borrowed strings */
	GString *terms;
} InvoiceDraft;

void draft_init(InvoiceDraft *draft, InvoiceFacts *facts, GString *complaints);
void draft_clear(InvoiceDraft *draft);

/* What can be said only when everything was read: kind, names, due date, order of cost references, discounts. */
void draft_finish(InvoiceDraft *draft);

/* Sets *text where nothing is set yet. */
void draft_keep_first(char **text, const char *value);

/* --- values: `field` is the offset in InvoiceFacts or Party, or does not count --- */

void draft_take_fact(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_party(InvoiceDraft *draft, gsize field, const char *value);
/* As scheme:id where the draft's attribute, the scheme, is set. */
void draft_take_party_id(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_tax_number(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_tax_scheme(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_payable(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_gross(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_prepaid(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_preceding(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_iban(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_header_cost(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_line_cost(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_terms(InvoiceDraft *draft, gsize field, const char *value);
void draft_take_percent(InvoiceDraft *draft, gsize field, const char *value);

/* `date` is what the value says, DATE_NONE where it is none. */
void draft_set_issue_date(InvoiceDraft *draft, const char *value, Date date);

/* --- groups --- */

void draft_begin_supplier(InvoiceDraft *draft);
void draft_begin_buyer(InvoiceDraft *draft);
/* The number and its scheme, in whichever order they stood: of VAT where the scheme is `vat_scheme`, without regard to case. */
void draft_end_tax(InvoiceDraft *draft, const char *vat_scheme);
/* Adds the discount that was read, where anything of it was. */
void draft_end_discount(InvoiceDraft *draft);

#endif
