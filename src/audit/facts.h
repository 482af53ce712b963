/* The facts of an invoice inside an event, and back. What names people, companies, numbers, references, accounts, or is
 * free text, goes to the side record; the event itself keeps kind, codes, dates and amounts. */
#ifndef AUDIT_FACTS_H
#define AUDIT_FACTS_H

#include "codec/json.h"
#include "domain/invoice.h"

/* Adds members to both objects; absent facts add none. A code of the document (type, currency) that does not look like
 * one is free text and goes to the side record. Bidi controls are dropped. Amounts are decimal strings digit for digit,
 * dates ISO 8601; a discount's percent is a decimal, as intake leaves it.
 *   data:    kind, syntax, type_code, issue_date, due_date, due_date_source, currency, gross, payable, prepaid,
 *            discounts: [{date, days, percent}]
 *   private: number, supplier and buyer: {name, trading_name, vat, legal_id, tax_id, own_id, endpoint, country, contact_mail}, payee_name,
 *            buyer_reference, order_reference, contract_reference, project_reference, preceding: [], cost_references: [],
 *            ibans: [], terms: [lines], customization, requester, administration */
void facts_to_event(const InvoiceFacts *facts, Json *data, Json *private);

/* The facts that facts_to_event() put there. `private` may be NULL (erased): what stood in it is NULL or empty then.
 * Owned by the caller; never NULL. */
InvoiceFacts *facts_from_event(const Json *data, const Json *private);

#endif
