/* A source of people that keeps every search it is asked for, whoever wants to hear of it, and also of what fails. */
#ifndef PEOPLE_STEP_KEEPER_H
#define PEOPLE_STEP_KEEPER_H

#include "domain/resolve.h"

typedef struct {
	PeopleSource people; /* whom the questions are passed on to */
	GPtrArray *tried;    /* of char *, steps (domain/step.h): every search so far; owns them */
} StepKeeper;

/* Borrows the keeper. */
PeopleSource step_keeper_source(StepKeeper *keeper);

#endif
