/* The inside of a Calendar, shared by calendar.c, timeline.c and worktime.c and by nobody else: which stretches of UTC a date's
 * work is. */
#ifndef CALENDAR_TIMELINE_H
#define CALENDAR_TIMELINE_H

#include "calendar/calendar.h"

/* One entry of the weekly pattern, seconds of the local day, half-open. */
typedef struct {
	int start, end;
} LocalInterval;

/* The same on a certain date, as instants, half-open; start < end. */
typedef struct {
	gint64 start, end;
} WorkInterval;

typedef struct Block Block;

/* What worktime.c found: the next work after `t`, and `t` and so many working days. t INSTANT_NONE: nothing is kept here. */
typedef struct {
	gint64 t, found;
	Date date;
} NextWork;
typedef struct {
	gint64 t, found;
	int days;
} DaysAdded;
#define NEXT_WORKS 256
#define DAYS_ADDED 512

struct Calendar {
	gatomicrefcount references;
	char *name;
	Zone *zone;
	GArray *pattern[8]; /* by ISO weekday: of LocalInterval, ascending, without overlap; [0], of no date, stays empty */
	GArray *holidays;   /* of Date, ascending, each once */
	Block **blocks;     /* the cache of timeline.c */
	/* those of worktime.c, direct-mapped: passes ask for the same over and over */
	NextWork next[NEXT_WORKS];
	DaysAdded added[DAYS_ADDED];
};

/* The work of one date, ascending; count 0 where it is no working day. */
typedef struct {
	const WorkInterval *intervals;
	guint count;
} DayWork;

/* Borrowed until the next call for the same calendar. A date that is none holds no work. */
DayWork timeline_day(const Calendar *calendar, Date date);

Block **timeline_cache_new(void);
void timeline_cache_free(Block **blocks);

/* After its pattern or holidays changed. */
void timeline_forget(Calendar *calendar);

#endif
