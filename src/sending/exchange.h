/* One run of sending, turn by turn: what came back and what is begun are committed together. */
#ifndef SENDING_EXCHANGE_H
#define SENDING_EXCHANGE_H

#include "sending/lane.h"
#include "sending/sending.h"

typedef struct {
	Session *session;
	gint64 now;
	SendCount *count;
	SentVisit visit;
	gpointer user_data;
	GPtrArray *lanes;   /* of Lane */
	GAsyncQueue *back;  /* of Parcel: from the pools of all lanes */
	AllowList *allowed; /* NULL: everybody */
	guint left;         /* of the hourly budget */
	gboolean failed;
} Sending;

/* Nothing more is begun. */
gboolean exchange_has_to_stop(const Sending *sending);

/* Waits until some came back that are worth a commit, unless more can be begun meanwhile; no longer than a second. */
void exchange_collect(Sending *sending);

/* One commit of both. FALSE: nothing of it is so; what came back may be tried again. */
gboolean exchange_commit(Sending *sending, GError **error);

/* What came back and cannot be recorded: it will be found in `sending`. */
void exchange_forget(Sending *sending);

#endif
