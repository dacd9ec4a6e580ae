// What a hand changes is told to Python in turns (cnnviz/ui/turns.py): the next word goes when the last one was
// answered, and it is the latest there is. Until Python has answered it, the browser's own view is the truth:
// an answer to an older word says nothing new.

const BETWEEN = 60;      // ms from one word to the next
const UNANSWERED = 4000; // ms after which an answer is given up and the latest is said again

export function takeTurns(send) { // `send({ turn, value })` tells Python, whose data says which turn it has heard
  const hand = { turn: 0, value: undefined, isNew: false, isWaiting: false, last: -BETWEEN, timer: null };
  const next = () => {
    clearTimeout(hand.timer);
    hand.timer = null;
    if (!hand.isNew && !hand.isWaiting) return;
    const wait = hand.last + (hand.isWaiting ? UNANSWERED : BETWEEN) - performance.now();
    if (wait > 0) { hand.timer = setTimeout(next, wait); return; }
    Object.assign(hand, { turn: hand.turn + 1, isNew: false, isWaiting: true, last: performance.now() });
    send({ turn: hand.turn, value: hand.value });
    next(); // in case no answer comes
  };
  return {
    say(value) {
      Object.assign(hand, { value, isNew: true });
      next();
    },
    heard(turn) { // called with all data that come
      if (turn < hand.turn) return;
      Object.assign(hand, { turn, isWaiting: false });
      next();
    },
    isAhead: () => hand.isNew || hand.isWaiting,
  };
}

// Words that each count, like the presses of a switch. Streamlit lets the last of several messages stand for all
// that wait for a run to end: so what was not heard yet is said again with the next word.
export function eachWord(send) { // `send([[number, value], …])` tells Python, whose data says which number it has heard
  let last = 0, unheard = [];
  return {
    say(value, isAlone = false) { // alone: it takes the place of those before it
      unheard = [...(isAlone ? [] : unheard), [++last, value]];
      send(unheard);
    },
    heard(number) {
      last = Math.max(last, number);
      unheard = unheard.filter(([its]) => its > number);
    },
  };
}
