/* Days are counted by the dates on which slots lie. */
#include "domain/spread.h"

/* `t` lies in working time. */
static gint64 slot_from(const Calendar *calendar, const GArray *slots, gint64 t)
{
	gint64 work = calendar_next_work(calendar, t);
	if (work == INSTANT_NONE || (slots && slots->len))
		return work == INSTANT_NONE ? work : calendar_next_slot(calendar, slots, work);
	gint64 start = calendar_next_work(calendar, zone_instant(calendar_zone(calendar), calendar_date(calendar, work), 0));
	if (start >= t)
		return start;
	Date tomorrow = date_add_days(calendar_date(calendar, work), 1);
	return calendar_next_work(calendar, zone_instant(calendar_zone(calendar), tomorrow, 0));
}

GArray *spread_instants(const Calendar *calendar, const GArray *slots, gint64 now, guint days)
{
	GArray *instants = g_array_new(FALSE, FALSE, sizeof(gint64));
	Date last = DATE_NONE;
	guint begun = 0;
	for (gint64 at = slot_from(calendar, slots, now); at != INSTANT_NONE; at = slot_from(calendar, slots, at + 1)) {
		Date date = calendar_date(calendar, at);
		begun += date.day != last.day ? 1 : 0;
		if (begun > MAX(days, 1))
			break;
		last = date;
		g_array_append_val(instants, at);
	}
	return instants;
}

gint64 spread_at(const GArray *instants, guint place, guint count)
{
	if (!instants->len || place >= count)
		return INSTANT_NONE;
	return g_array_index(instants, gint64, (guint64)place * instants->len / count);
}
