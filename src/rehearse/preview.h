/* What a policy that is not in force yet would change for what is on its way: the open approvals and invoices, compared under both. Nothing is written. */
#ifndef REHEARSE_PREVIEW_H
#define REHEARSE_PREVIEW_H

#include "session/session.h"

typedef enum {
	/* of approvals */
	PREVIEW_LADDER_GONE,  /* the ladder that they follow is not there any more: they get no more reminders */
	PREVIEW_SILENT,       /* their administration switches reminders off */
	PREVIEW_EARLIER,      /* they hear of that rung earlier … */
	PREVIEW_LATER,        /* … later */
	PREVIEW_APPEARS,      /* … where nothing of that rung was to come */
	PREVIEW_FALLS_AWAY,   /* … no more */
	PREVIEW_OTHERS,       /* that rung, which is to come, speaks to others or asks others: `from`, `to` */
	PREVIEW_CALENDAR,     /* the calendar that their approvers go by says something else */
	PREVIEW_CALENDAR_NEW, /* their approvers go by another calendar: `from`, `to` */
	PREVIEW_GRACE,        /* rungs to come that others hear of wait longer or shorter: `from`, `to` */
	/* of invoices */
	PREVIEW_CHAIN_GONE,   /* they finish their chain as it was */
	PREVIEW_STAGE,        /* a stage to come of their chain opens otherwise */
	PREVIEW_STAGE_NEW,    /* a stage to come is another one: `from`, `to`; NULL: none */
	PREVIEW_ROUTE,        /* came they today, they would take chain `to` instead of `from`; they keep theirs */
	PREVIEW_TO_ROUTE,     /* they are not routed yet, and will take chain `to` instead of `from` */
	PREVIEW_COUNT
} PreviewType;
const char *preview_type_name(PreviewType type); /* "ladder-gone", "earlier", … */
gboolean preview_is_of_invoices(PreviewType type);

/* The first few, each by name. */
typedef struct {
	char *invoice;        /* SUPPLIER/NUMBER */
	char *approver;       /* uid; NULL where it is of an invoice */
	gint64 before, after; /* INSTANT_NONE where nothing is to come */
} PreviewExample;

typedef struct {
	PreviewType type;
	char *where; /* the ladder, calendar, chain or administration; NULL */
	char *what;  /* the rung, the stage; NULL */
	char *from, *to;
	guint count; /* of approvals or invoices */
	gint64 first_before, last_before, first_after, last_after; /* of all of them; INSTANT_NONE: no times */
	GPtrArray *examples; /* of PreviewExample, at most five */
} PreviewLine;

typedef struct {
	guint approvals, invoices; /* that are open */
	GPtrArray *lines;          /* of PreviewLine: by ladder and rung, in the policy's order, then the rest */
} Preview;
void preview_free(Preview *preview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Preview, preview_free)

/* Compares the policy in force with `coming` as if that were applied now. Takes memory for the people and for what changes, not for the approvals. */
Preview *preview_run(Session *session, const Policy *coming, GError **error);

#endif
