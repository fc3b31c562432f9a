import { expect, test } from 'vitest';
import { HistoryEnd } from '../../../../src/masking/turn/history-end.ts';

test('keeps the state at the end that a walk finds', () => {
  let state = 0;
  const end = new HistoryEnd(() => state);
  end.begin();
  state = 1;
  end.answered(1);
  end.found(1, true);
  state = 2;
  end.answered(2);
  expect([end.count, end.state]).toEqual([1, 1]);
});

test('takes the state again at the same place of a further walk', () => {
  let state = 1;
  const end = new HistoryEnd(() => state);
  end.begin();
  end.answered(1);
  end.found(1, true);
  end.begin();
  expect(end.state).toBeNull();
  state = 5;
  end.answered(1);
  state = 6;
  end.answered(2);
  end.found(1, false);
  expect([end.count, end.state]).toEqual([1, 5]);
});

test('knows no state where a walk ends elsewhere and has answered more already', () => {
  const end = new HistoryEnd(() => 1);
  end.begin();
  end.found(0, true);
  end.begin();
  end.answered(1);
  end.answered(2);
  end.found(1, false);
  expect(end.state).toBeNull();
});

test('takes the state at the beginning where no text stands before the end', () => {
  const end = new HistoryEnd(() => 'first');
  end.begin();
  end.found(0, true);
  end.begin();
  expect([end.count, end.state]).toEqual([0, 'first']);
});
