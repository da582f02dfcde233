// Who does what when: seconds in the loop. The comments answer these moments, so a change here wants a look there.
export const kCues = {
  burntFingers: [20.9, 22.6], // the gaiwan was hotter than he thought
  pour: [48.1, 51.2], // "pour some for us!"
  catAwake: [69.2, 80.8], // the throw is on the table
  lightsOff: [87.4, 91.4], // "lights off!" for the moon lamp
  seal: [95.8, 97.6], // the brass seal goes down on the wax
};
