/* The invoices of the record as a rehearsal takes them: how far each has come, who is asked, what they were sent. */
#ifndef REHEARSE_REHEARSING_RECORD_H
#define REHEARSE_REHEARSING_RECORD_H

#include "domain/rehearsal.h"
#include "session/session.h"

/* An open invoice, all that was read of it. Persons are borrowed from the record. */
typedef struct {
	char *label; /* SUPPLIER/NUMBER */
	InvoiceRow *row;
	GPtrArray *stages;   /* of Stage */
	int ordinal, position; /* of the stage that is open, or opens next */
	GArray *held;        /* of HeldSpan */
	GArray *approved;    /* of ApprovedBy: in stages that count, before the open one */
	GPtrArray *supplier; /* of SupplierInvoice: those of its supplier that are not open any more; NULL: it is routed */
	GArray *others;      /* of RouteOther: the same; NULL */
	const Chain *chain;  /* as it was routed, of the session's policy of that version; NULL: it is still to be routed, or that chain is gone */
	GPtrArray *tasks;    /* the approvals of the open stage */
} RecordedInvoice;

typedef struct {
	GPtrArray *invoices; /* of RecordedInvoice */
	GHashTable *people;
	GPtrArray *lent; /* what rehearsals borrow beside that, an entry an invoice */
} RehearsingRecord;

/* Every open invoice. People are as `people` has them, or where it does not know somebody, as the record does. NULL where the source does not answer, too. */
RehearsingRecord *rehearsing_record_load(Session *session, const PeopleSource *people, GError **error);
void rehearsing_record_free(RehearsingRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RehearsingRecord, rehearsing_record_free)

/* Puts them into a rehearsal by that policy; where it is not the one in force, it is applied at `from`. Borrowed until the rehearsal is freed. */
void rehearsing_record_add(const RehearsingRecord *record, Rehearsal *rehearsal, const Policy *policy, gint64 from);

/* "Supplier/Number"; what is not known is "?". Owned by the caller. */
char *rehearsing_label(const InvoiceFacts *facts);

#endif
