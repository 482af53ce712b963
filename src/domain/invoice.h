/* Invoices: the facts read from a document, the identity that tells it from others, and its states. */
#ifndef DOMAIN_INVOICE_H
#define DOMAIN_INVOICE_H

#include "base/instant.h"
#include "base/money.h"

typedef enum { INVOICE_KIND_INVOICE, INVOICE_KIND_CREDIT_NOTE } InvoiceKind;
typedef enum { INVOICE_OPEN, INVOICE_APPROVED, INVOICE_REJECTED, INVOICE_WITHDRAWN } InvoiceState;

typedef struct {
	char *name;     /* BT-27, else BT-28 */
	char *trading_name; /* BT-28 */
	char *vat;      /* BT-31 */
	char *legal_id; /* BT-30 as scheme:id */
	char *tax_id;   /* BT-32 */
	char *own_id;   /* BT-29, the first */
	char *endpoint; /* BT-34 as scheme:id */
	char *country;  /* BT-40 */
	char *contact_mail; /* BT-43 */
} Party;

typedef struct {
	Date date;     /* DATE_NONE where only `days` is known */
	int days;      /* after issue; -1 where only the date is known */
	char *percent; /* "2.00"; NULL: it does not say */
} Discount;

/* All strings owned, NULL = not in the document, never ""; arrays never NULL. Text is clean (base/text.h), but as intake
 * read it from the document still holds its bidi controls, so that what was read can be shown as it stands;
 * audit/facts.h drops them on the way into the record. */
typedef struct {
	char *syntax;    /* ubl-invoice, ubl-creditnote, cii, zugferd1, csv, json */
	InvoiceKind kind;
	char *type_code; /* BT-3 */
	char *number;    /* BT-1 */
	Date issue_date; /* BT-2 */
	Date due_date;   /* BT-9 or worked out; DATE_NONE */
	char *due_date_source; /* document, terms, supplier, policy */
	Party supplier;
	Party buyer;
	char *payee_name; /* BT-59 where it is not the supplier */
	char *buyer_reference;    /* BT-10 */
	char *order_reference;    /* BT-13 */
	char *contract_reference; /* BT-12 */
	char *project_reference;  /* BT-11 */
	GPtrArray *preceding;       /* BT-25, of char * */
	GPtrArray *cost_references; /* BT-19, then those of the lines (BT-133), each once, of char * */
	char *currency;  /* BT-5 */
	gboolean has_gross;
	Decimal gross;   /* BT-112 */
	gboolean has_payable;
	Decimal payable; /* BT-115 */
	gboolean has_prepaid;
	Decimal prepaid; /* BT-113 */
	GPtrArray *ibans;  /* BT-84, different ones, of char * */
	char *terms;       /* BT-20, LF between lines */
	GArray *discounts; /* of Discount */
	char *customization; /* BT-24 */
	char *requester;     /* uid or mail of the employee who ordered it; not in UBL */
	char *administration; /* the buyer's legal entity, by its name in the policy; not in UBL */
} InvoiceFacts;

InvoiceFacts *invoice_facts_new(void);
/* Another owner of the same facts, which nobody changes from then on; each frees them, the last in truth. One thread. */
InvoiceFacts *invoice_facts_ref(InvoiceFacts *facts);
void invoice_facts_free(InvoiceFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InvoiceFacts, invoice_facts_free)

/* The amount that rules compare: absolute gross (BT-112, else BT-115) in minor units. ERROR_INVALID where
 * neither is known or the currency is none. */
gboolean invoice_facts_amount(const InvoiceFacts *facts, Money *amount, GError **error);

/* Who the supplier is: "vat:nl…", else "reg:…", "tax:…", "own:…", "iban:…", "name:…" (text_key form); NULL where
 * nothing tells. An identifier without a digit ("n/a", "Godkänd för F-skatt") tells nothing; a VAT number without its
 * country prefix gets that of the supplier's country. Owned by the caller. */
char *invoice_supplier_key(const InvoiceFacts *facts);

/* Supplier key + number key + year of issue + kind: equal for the same document from any source. Owned by the caller. */
char *invoice_identity(const InvoiceFacts *facts);

/* The last day for the first of the discounts: the earliest dated one of more than 0 per cent, or of nobody knows how many; DATE_NONE. */
Date invoice_discount_date(const InvoiceFacts *facts);

/* What an approver decides on, as one string to compare: amounts, currency, supplier, payee, bank accounts (in any
 * order). A change of this restarts the chain; a change of dates does not. Owned by the caller. */
char *invoice_substance(const InvoiceFacts *facts);

const char *invoice_kind_name(InvoiceKind kind);   /* "invoice", "credit-note" */
const char *invoice_state_name(InvoiceState state);
gboolean invoice_kind_parse(const char *name, InvoiceKind *kind);
gboolean invoice_state_parse(const char *name, InvoiceState *state);

#endif
