/**
 * Common given names of the United States (public census and social security counts) that are hardly ever anything else,
 * in lower case. They let a name be taken in lower-case speech; the tagger knows many more.
 */
export const GIVEN_NAMES: ReadonlySet<string> = new Set(
  (
    'james john robert michael david william richard joseph thomas charles christopher daniel matthew anthony donald steven paul andrew joshua kenneth kevin brian ' +
    'george timothy ronald edward jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick dennis ' +
    'jerry tyler aaron jose adam nathan henry douglas zachary peter kyle walter ethan jeremy harold keith noah gerald carl roger arthur terry sean lawrence albert joe ' +
    'christian jesse bryan bruce louis russell eugene philip phillip randy juan carlos luis jorge miguel pedro antonio francisco manuel ricardo fernando alejandro diego javier rafael sergio ' +
    'mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra ashley dorothy kimberly emily donna michelle carol amanda melissa deborah ' +
    'stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine christine debra rachel carolyn janet catherine maria heather ' +
    'diane ruth julie olivia joyce virginia kelly lauren christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara kathryn janice jean alice judy ' +
    'sophia julia denise amber marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori rosa ana carmen lucia elena sofia gabriela guadalupe ' +
    'isabel mike bob bill jim tom dave steve dan matt chris tony jeff greg ben sam alex nick josh jake rob rick ron ken ed ted fred doug tim jon larry phil ray ralph roy howard ' +
    'kate katie liz beth sue jen jenny jess sally maggie peggy becky debbie cindy tina gina wendy tracy stacy tammy vicki kathy cathy patty annie ellen eileen irene lucy molly nora ' +
    'mohammed muhammad ahmed ali omar hassan ibrahim fatima aisha priya anjali raj ravi sanjay amit sunita wei ming hiroshi yuki nguyen oleksandr olga natasha ivan dmitri vladimir ' +
    'liam lucas mason logan elijah oliver aiden jackson caleb dylan luke isaac owen wyatt levi connor evan ian trevor derek marcus darius jamal tyrone malik andre terrence jerome ' +
    'ava mia abigail harper ella avery madison chloe layla zoe riley lily leah hazel aubrey claire bella audrey savannah allison gabriella naomi caroline keisha latoya tanisha ebony ' +
    'stanley leonard harry vincent martin leo oscar victor edgar ernest marvin herbert norman earl calvin clarence melvin gordon wayne glenn stuart neil craig dale barry mitchell ' +
    'gladys edna florence doris mildred frances agnes ethel lillian thelma marjorie lois phyllis norma geraldine josephine vivian rosemary loretta arlene maureen colleen sheila yvonne monica veronica'
  ).split(/\s+/),
);
