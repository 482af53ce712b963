/* Which of the buyer's legal entities an invoice belongs to. Pure. */
#ifndef DOMAIN_ADMINISTRATION_H
#define DOMAIN_ADMINISTRATION_H

#include "domain/invoice.h"
#include "domain/policy.h"

typedef enum { ADMINISTRATION_BY_NONE, ADMINISTRATION_BY_NAME, ADMINISTRATION_BY_BUYER, ADMINISTRATION_BY_FOLDER } AdministrationBy;
const char *administration_by_name(AdministrationBy by); /* "none", "name", "buyer", "folder" */

/* The administration that the invoice names itself (`facts->administration`, without regard to case), else the one that has an id of its buyer, else the one
 * whose folder it came through (`via`; NULL: not known); borrowed, NULL where there is none. Ids are compared without case, spaces and punctuation; one with a
 * scheme ("0106:12345678") equals the same without, but not one with another scheme. *by (may be NULL) says what told. */
const Administration *administration_find(const Policy *policy, const InvoiceFacts *facts, const char *via, AdministrationBy *by);

/* FALSE: nothing is to be sent about the invoices of the administration of that name. TRUE for NULL, and for one that the policy does not have. */
gboolean administration_reminds(const Policy *policy, const char *name);

#endif
