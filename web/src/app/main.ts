import { mount } from 'svelte';
import App from './App.svelte';
import { app } from './app.svelte';
import { measure } from './measure';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (target) {
  app.start();
  Object.assign(globalThis, { trine: measure });
  mount(App, { target });
}
